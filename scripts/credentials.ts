import type { ICredentialTestRequest, ICredentialType } from 'n8n-workflow';

import type { ProviderId } from '../nodes/providers';
import { ApiframeApi } from '../credentials/ApiframeApi.credentials';
import { ApiInOneApi } from '../credentials/ApiInOneApi.credentials';
import { ApixoApi } from '../credentials/ApixoApi.credentials';
import { PixelDojoApi } from '../credentials/PixelDojoApi.credentials';
import { PixWithApi } from '../credentials/PixWithApi.credentials';

/** Each provider's credential type, for what runs without n8n's own loader: the probe and the tests. */
export const credentials: Readonly<Record<ProviderId, ICredentialType & { test: ICredentialTestRequest }>> = {
	apiInOne: new ApiInOneApi(),
	apiframe: new ApiframeApi(),
	apixo: new ApixoApi(),
	pixelDojo: new PixelDojoApi(),
	pixwith: new PixWithApi(),
};

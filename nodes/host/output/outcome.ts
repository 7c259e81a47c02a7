import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ItemFailure } from './failureItem';

/** An item on its way out of a node. */
export interface Leaving {
	item: INodeExecutionData;
	/** It comes from another node or was prepared earlier, and is passed on unchanged. */
	unchanged?: boolean;
	/** The names that its images will want when they arrive. */
	awaited?: readonly string[];
	/** Fields of the input item that it carries under its own. */
	input?: IDataObject;
}

/** The outcomes of one input item, in the order of its images: output items, and failures for lost images. */
export type Outcome = ({ kind: 'item' } & Leaving) | { kind: 'failure'; failed: ItemFailure };

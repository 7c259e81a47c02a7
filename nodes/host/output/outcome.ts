import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ItemFailure } from './failureItem';

/** An output item whose files may still be renamed. */
export interface OutputItem {
	item: INodeExecutionData;
	/** Whether the item comes from another node or was prepared earlier, and is passed on unchanged. */
	unchanged?: boolean;
	/** The file names that are reserved for images that are not there yet. */
	awaited?: readonly string[];
	/** Fields of the input item, added after its own. */
	input?: IDataObject;
}

/** The outcomes of one input item, in the order of its images: output items, and failures for lost images. */
export type Outcome = ({ kind: 'item' } & OutputItem) | { kind: 'failure'; failed: ItemFailure };

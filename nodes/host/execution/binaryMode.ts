/** Where n8n puts an item's files under the workflow setting Binary Mode: Combined. */
export const filesInJson = '_files';

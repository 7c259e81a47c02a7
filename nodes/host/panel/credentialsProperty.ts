import type { INodeProperties } from 'n8n-workflow';

/** Where the panel shows the credential: below the field that it belongs to, and not at the top. */
export const credentialsProperty: INodeProperties = { displayName: 'Credentials', name: 'credentials', type: 'credentials', default: '' };

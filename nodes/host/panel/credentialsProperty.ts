import type { INodeProperties } from 'n8n-workflow';

/** Makes the panel show the credential here, below the field that it belongs to, and not at the top. */
export const credentialsProperty: INodeProperties = { displayName: 'Credentials', name: 'credentials', type: 'credentials', default: '' };

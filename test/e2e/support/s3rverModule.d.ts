/** What the storage needs of an S3-compatible server that ships without types. */
declare module '@20minutes/s3rver' {
	import { type Server } from 'node:http';
	import { type AddressInfo } from 'node:net';

	export default class S3rver {
		constructor(options: {
			readonly address: string;
			readonly port: number;
			readonly silent: boolean;
			readonly directory: string;
			readonly vhostBuckets: boolean;
			readonly configureBuckets: ReadonlyArray<{ readonly name: string }>;
		});

		readonly httpServer: Server;
		run(): Promise<AddressInfo>;
		close(): Promise<void>;
	}
}

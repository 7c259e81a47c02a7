import './globalSetup';

export default async function stopEndToEnd(): Promise<void> {
	await globalThis.stopEndToEnd?.();
}

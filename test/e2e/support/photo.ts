import { imageFile } from '../../simulator/imageServer';

/** What a user uploads. */
export async function takePhoto(format: 'jpeg' | 'png'): Promise<Buffer> {
	return await imageFile(
		{ provider: 'apixo', providerName: 'A phone', prompt: 'a photo of a dog', width: 800, height: 600, number: 1, count: 1, references: 0 },
		format,
	);
}

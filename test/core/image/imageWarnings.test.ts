import { imageWarnings } from '../../../nodes/core/image/imageWarnings';

const megabyte = 1_048_576;
const size = (width: number, height: number) => ({ width, height });

test.each<[string, Parameters<typeof imageWarnings>, RegExp[]]>([
	['an ordinary image', [megabyte, size(2048, 2048), size(2048, 2048)], []],
	['an image of unknown size', [megabyte, undefined, size(2048, 2048)], []],
	['an image whose size was left to the provider', [megabyte, size(1, 1), null], []],
	['a size other than requested', [megabyte, size(2048, 2048), size(4096, 4096)], [/^The image is 2048×2048, although 4096×4096 was requested\.$/]],
	['exactly 5 MB', [5 * megabyte, undefined, null], []],
	['above 5 MB', [5 * megabyte + 1, undefined, null], [/WhatsApp/]],
	['exactly 10 MB', [10 * megabyte, undefined, null], [/WhatsApp/]],
	['above 10 MB', [10 * megabyte + 1, undefined, null], [/Telegram photo \(above 10 MB\)/, /WhatsApp/]],
	['exactly 10,000 pixels of both sides', [megabyte, size(6000, 4000), null], []],
	['above 10,000 pixels of both sides', [megabyte, size(6001, 4000), null], [/Telegram photo \(width and height/]],
	['exactly 20:1', [megabyte, size(2000, 100), null], []],
	['longer than 20:1', [megabyte, size(100, 2001), null], [/Telegram photo \(longer than 20:1\)/]],
])('%s', (_, given, says) => {
	expect(imageWarnings(...given)).toEqual(says.map((text) => expect.stringMatching(text)));
});

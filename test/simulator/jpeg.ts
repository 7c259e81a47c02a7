import type { Picture } from './picture';

/** Code lengths of the common table for direct-current values (ITU T.81, table K.3). */
const lengthCounts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const categories = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

function codesOf(): { code: number; length: number }[] {
	const codes: { code: number; length: number }[] = [];
	let code = 0;
	lengthCounts.forEach((count, index) => {
		for (let taken = 0; taken < count; taken++) codes.push({ code: code++, length: index + 1 });
		code <<= 1;
	});
	return codes;
}

function segment(marker: number, data: readonly number[]): Buffer {
	const length = data.length + 2;
	return Buffer.from([0xff, marker, length >> 8, length & 255, ...data]);
}

function bitWriter(capacity: number) {
	let buffer = Buffer.alloc(capacity);
	let size = 0;
	let held = 0;
	let heldBits = 0;
	const put = (byte: number): void => {
		if (size + 2 > buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
		buffer[size++] = byte;
		if (byte === 0xff) buffer[size++] = 0;
	};
	const write = (bits: number, count: number): void => {
		held = (held << count) | bits;
		heldBits += count;
		while (heldBits >= 8) {
			heldBits -= 8;
			put((held >> heldBits) & 255);
		}
		held &= (1 << heldBits) - 1;
	};
	return {
		write,
		finish(): Buffer {
			if (heldBits > 0) write((1 << (8 - heldBits)) - 1, 8 - heldBits);
			return buffer.subarray(0, size);
		},
	};
}

/** A valid baseline JPEG of exactly this size; each block of 8 × 8 pixels has one colour of the picture. */
export function encodeJpeg(picture: Picture, width: number, height: number): Buffer {
	const colours = picture.palette.map(([red, green, blue]) =>
		[0.299 * red + 0.587 * green + 0.114 * blue - 128, -0.168736 * red - 0.331264 * green + 0.5 * blue, 0.5 * red - 0.418688 * green - 0.081312 * blue].map(
			(value) => Math.max(-128, Math.min(127, Math.round(value))),
		),
	);
	const codes = codesOf();
	const blocksAcross = Math.ceil(width / 8);
	const blocksDown = Math.ceil(height / 8);
	const bits = bitWriter(blocksAcross * blocksDown + 64);
	const previous = [0, 0, 0];
	for (let row = 0; row < blocksDown; row++) {
		const y = Math.min(picture.height - 1, Math.floor(((row * 8 + 4) * picture.height) / height));
		for (let column = 0; column < blocksAcross; column++) {
			const x = Math.min(picture.width - 1, Math.floor(((column * 8 + 4) * picture.width) / width));
			const colour = colours[picture.pixels[y * picture.width + x] ?? 0] ?? [0, 0, 0];
			for (let component = 0; component < 3; component++) {
				const value = colour[component] ?? 0;
				const difference = value - (previous[component] ?? 0);
				previous[component] = value;
				const category = 32 - Math.clz32(Math.abs(difference));
				const { code, length } = codes[category] ?? { code: 0, length: 2 };
				bits.write(code, length);
				if (category > 0) bits.write(difference > 0 ? difference : difference + (1 << category) - 1, category);
				// the only code of the other table: end of block
				bits.write(0, 1);
			}
		}
	}
	const quantisation = [8, ...Array<number>(63).fill(1)];
	const component = (id: number): number[] => [id, 0x11, 0];
	return Buffer.concat([
		Buffer.from([0xff, 0xd8]),
		segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
		segment(0xdb, [0, ...quantisation]),
		segment(0xc0, [8, ...[height >> 8, height & 255, width >> 8, width & 255, 3], ...[1, 2, 3].flatMap(component)]),
		segment(0xc4, [0x00, ...lengthCounts, ...categories]),
		segment(0xc4, [0x10, 1, ...Array<number>(15).fill(0), 0]),
		segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
		bits.finish(),
		Buffer.from([0xff, 0xd9]),
	]);
}

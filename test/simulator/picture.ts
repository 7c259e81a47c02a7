import type { ProviderId } from '../../nodes/providers';
import { advance, glyph, lineHeight } from './font';
import { createRandom, hashText } from './random';

/** What a picture says about itself, so that a person sees whether the right one arrived. */
export interface PictureText {
	provider: ProviderId;
	providerName: string;
	prompt: string;
	width: number;
	height: number;
	/** Counts from 1. */
	number: number;
	count: number;
	references: number;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** A small picture of palette indices that the encoders enlarge to the size asked for. */
export interface Picture {
	width: number;
	height: number;
	pixels: Uint8Array;
	palette: readonly Colour[];
}

const usualLongSide = 640;
const skySteps = 64;
const haloSteps = 12;
const hillCount = 4;
const sun = skySteps + haloSteps;
const firstHill = sun + 1;
const sceneColours = firstHill + hillCount;
/** The same colours, darkened, as the background of the text. */
const white = sceneColours * 2;
const accent = white + 1;
const faint = white + 2;

function hsl(hue: number, saturation: number, lightness: number): Colour {
	const channel = (offset: number): number => {
		const k = (offset + hue / 30) % 12;
		const reach = saturation * Math.min(lightness, 1 - lightness);
		return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
	};
	return [channel(0), channel(8), channel(4)];
}

function blend(from: Colour, to: Colour, share: number): Colour {
	const mix = (index: 0 | 1 | 2): number => Math.round(from[index] + (to[index] - from[index]) * share);
	return [mix(0), mix(1), mix(2)];
}

function makePalette(hue: number): Colour[] {
	const top = hsl(hue, 0.62, 0.3);
	const horizon = hsl((hue + 28) % 360, 0.86, 0.76);
	const warm: Colour = [255, 244, 214];
	const scene: Colour[] = [];
	for (let step = 0; step < skySteps; step++) scene.push(blend(top, horizon, (step / (skySteps - 1)) ** 0.9));
	for (let step = 0; step < haloSteps; step++) scene.push(blend(horizon, warm, (step + 1) / (haloSteps + 1)));
	scene.push(warm);
	for (let hill = 0; hill < hillCount; hill++) {
		scene.push(blend(hsl(hue, 0.45, 0.56), hsl(hue, 0.55, 0.13), hill / (hillCount - 1)));
	}
	const night = hsl(hue, 0.5, 0.07);
	const card = scene.map((colour) => blend(colour, night, 0.78));
	return [...scene, ...card, [255, 255, 255], hsl((hue + 28) % 360, 0.9, 0.74), hsl(hue, 0.25, 0.72)];
}

function drawScene(picture: Picture, seed: number): void {
	const { width, height, pixels } = picture;
	const random = createRandom(seed);
	const short = Math.min(width, height);
	const sunX = width * random.between(0.22, 0.78);
	const sunY = height * random.between(0.2, 0.36);
	const sunRadius = short * random.between(0.07, 0.11);
	const hills = Array.from({ length: hillCount }, (_, index) => ({
		base: height * (0.46 + 0.13 * index),
		swell: short * random.between(0.04, 0.1),
		length: short * random.between(0.35, 0.7),
		shift: random.between(0, 7),
		ripple: random.between(2.1, 3.7),
	}));
	const edges = hills.map(({ base, swell, length, shift, ripple }) =>
		Float64Array.from({ length: width }, (_, x) => {
			const phase = (x / length) * 2 * Math.PI + shift;
			return base - swell * (Math.sin(phase) + 0.35 * Math.sin(phase * ripple));
		}),
	);
	for (let y = 0; y < height; y++) {
		const sky = Math.min(skySteps - 1, Math.floor((y / (height * 0.75)) * skySteps));
		pixels.fill(sky, y * width, (y + 1) * width);
	}
	const reach = sunRadius * 2.6;
	for (let y = Math.max(0, Math.ceil(sunY - reach)); y < Math.min(height, sunY + reach); y++) {
		for (let x = Math.max(0, Math.ceil(sunX - reach)); x < Math.min(width, sunX + reach); x++) {
			const distance = Math.sqrt((x - sunX) ** 2 + (y - sunY) ** 2) / sunRadius;
			const ring = Math.min(haloSteps - 1, Math.floor(((2.6 - distance) / 1.6) * haloSteps));
			if (distance < 1) pixels[y * width + x] = sun;
			else if (ring > 0) pixels[y * width + x] = skySteps + ring;
		}
	}
	edges.forEach((edge, hill) => {
		edge.forEach((top, x) => {
			for (let y = Math.max(0, Math.ceil(top)); y < height; y++) pixels[y * width + x] = firstHill + hill;
		});
	});
}

function drawCard(picture: Picture, left: number, top: number, right: number, bottom: number, radius: number): void {
	for (let y = top; y < bottom; y++) {
		const inward = Math.max(0, radius - Math.min(y - top, bottom - 1 - y));
		const cut = Math.round(radius - Math.sqrt(Math.max(0, radius * radius - inward * inward)));
		for (let x = left + cut; x < right - cut; x++) {
			const place = y * picture.width + x;
			const colour = picture.pixels[place] ?? 0;
			if (colour < sceneColours) picture.pixels[place] = colour + sceneColours;
		}
	}
}

function drawText(picture: Picture, text: string, left: number, top: number, scale: number, colour: number): void {
	let x = left;
	for (const character of text) {
		glyph(character).forEach((row, rowIndex) => {
			for (let column = 0; column < row.length; column++) {
				if (row.charAt(column) !== '#') continue;
				for (let dy = 0; dy < scale; dy++) {
					const y = top + rowIndex * scale + dy;
					const start = x + column * scale;
					if (y < 0 || y >= picture.height || start < 0 || start + scale > picture.width) continue;
					picture.pixels.fill(colour, y * picture.width + start, y * picture.width + start + scale);
				}
			}
		});
		x += advance * scale;
	}
}

/** Whole words where they fit, at most so many lines; what is left over ends in an ellipsis. */
export function wrapText(text: string, columns: number, mostLines: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.trim().split(/\s+/)) {
		for (let rest = word; rest !== '';) {
			const room = line === '' ? columns : columns - line.length - 1;
			if (rest.length <= room) {
				line = line === '' ? rest : `${line} ${rest}`;
				rest = '';
			} else if (line === '') {
				lines.push(rest.slice(0, columns));
				rest = rest.slice(columns);
			} else {
				lines.push(line);
				line = '';
			}
		}
	}
	if (line !== '') lines.push(line);
	if (lines.length <= mostLines) return lines;
	const kept = lines.slice(0, mostLines);
	const last = kept[mostLines - 1] ?? '';
	kept[mostLines - 1] = `${last.slice(0, columns - 1)}…`;
	return kept;
}

/** A landscape in the provider's colour with a card that shows the request, at most this long. */
export function drawPicture(text: PictureText, longSide = usualLongSide): Picture {
	const scaleDown = Math.min(1, longSide / Math.max(text.width, text.height));
	const width = Math.max(1, Math.round(text.width * scaleDown));
	const height = Math.max(1, Math.round(text.height * scaleDown));
	const seed = hashText(`${text.provider} ${text.prompt} ${text.number}`);
	const palette = makePalette(((hashText(text.provider) % 360) + (seed % 17) - 8 + 360) % 360);
	const picture: Picture = { width, height, pixels: new Uint8Array(width * height), palette };
	drawScene(picture, seed);

	const short = Math.min(width, height);
	const body = Math.max(short < 240 ? 1 : 2, Math.round(short / 200));
	const title = Math.max(body + 1, Math.round(body * 1.8));
	const margin = Math.round(short * 0.05);
	const padding = 5 * body;
	const inner = width - 2 * (margin + padding);
	const columns = Math.max(4, Math.floor(inner / (advance * body)));
	const mostLines = Math.max(1, Math.floor((height * 0.3) / (lineHeight * body)));
	const prompt = wrapText(text.prompt, columns, mostLines);
	const facts = [
		`${text.width} × ${text.height}`,
		`image ${text.number} of ${text.count}`,
		...(text.references > 0 ? [text.references === 1 ? 'from image 1' : `from images 1..${text.references}`] : []),
	];
	const footer = wrapText(facts.join(' · '), columns, 3);
	const cardHeight = 2 * padding + (lineHeight * title + 2 * body) + (prompt.length + footer.length) * lineHeight * body + 3 * body;
	const top = Math.max(0, height - margin - cardHeight);
	drawCard(picture, margin, top, width - margin, Math.min(height, top + cardHeight), 4 * body);

	const left = margin + padding;
	let y = top + padding;
	drawText(picture, text.providerName, left, y, title, white);
	y += lineHeight * title + 2 * body;
	for (const line of prompt) {
		drawText(picture, line, left, y, body, accent);
		y += lineHeight * body;
	}
	y += 3 * body;
	for (const line of footer) {
		drawText(picture, line, left, y, body, faint);
		y += lineHeight * body;
	}
	return picture;
}

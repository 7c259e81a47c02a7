/** Starting points for people who don't write prompts: text added to the end of the prompt. Workflows save the `value`. */
export const stylePresets = [
	{
		name: "Children's Storybook",
		value: 'childrensStorybook',
		words: "in the style of a children's storybook: soft watercolor, rounded friendly shapes, warm pastel colors, gentle light",
	},
	{
		name: 'Cyberpunk Street',
		value: 'cyberpunkStreet',
		words: 'on a cyberpunk street at night: neon signs, wet asphalt with reflections, haze, magenta and teal light, cinematic depth',
	},
	{
		name: 'Dramatic Landscape',
		value: 'dramaticLandscape',
		words: 'in a dramatic landscape: wide angle, towering clouds, low golden sun, long shadows, crisp detail to the horizon',
	},
	{
		name: 'Food From Above',
		value: 'foodFromAbove',
		words: 'as food photography from straight above: rustic table, fresh ingredients around, natural window light, appetizing colors',
	},
	{
		name: 'Product Hero Shot',
		value: 'productHeroShot',
		words: 'as a product hero shot: centered on a seamless studio background, soft key light with a rim light, crisp edges, subtle reflection',
	},
	{
		name: 'Real-Estate Interior',
		value: 'realEstateInterior',
		words: 'as a real-estate interior photo: eye level, straight verticals, bright daylight, tidy modern furnishing, wide but natural lens',
	},
	{
		name: 'Streetwear Lookbook',
		value: 'streetwearLookbook',
		words: 'as a streetwear lookbook photo: full body, urban concrete background, overcast light, confident pose, fabric texture in focus',
	},
	{
		name: 'Wedding Portrait',
		value: 'weddingPortrait',
		words: 'as a wedding portrait: golden hour backlight, shallow depth of field, romantic pastel tones, natural expressions',
	},
] as const;

export const noStyle = 'none';

/** The prompt with a preset's words added; undefined if there is no such preset. */
export function styledPrompt(prompt: string, preset: string): string | undefined {
	if (preset === noStyle || preset === '') return prompt;
	const found = stylePresets.find(({ value }) => value === preset);
	if (found === undefined) return undefined;
	return `${prompt.replace(/[\s,.;]+$/, '')}, ${found.words}`;
}

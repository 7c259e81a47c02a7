import { styledPrompt, stylePresets } from '../../../nodes/core/parameters/stylePresets';

test('the preset follows the prompt, without doubled punctuation', () => {
	expect(styledPrompt('A teapot.', 'productHeroShot')).toMatch(/^A teapot, as a product hero shot: /);
});

test('without a preset the prompt is unchanged, and an unknown preset is reported', () => {
	expect(styledPrompt('A teapot.', 'none')).toBe('A teapot.');
	expect(styledPrompt('A teapot.', 'baroque')).toBeUndefined();
});

test('there are eight presets', () => {
	expect(stylePresets).toHaveLength(8);
});

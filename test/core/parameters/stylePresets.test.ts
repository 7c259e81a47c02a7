import { styledPrompt, stylePresets } from '../../../nodes/core/parameters/stylePresets';

test('the preset stands behind the prompt, without a double stop', () => {
	expect(styledPrompt('A teapot.', 'productHeroShot')).toMatch(/^A teapot, as a product hero shot: /);
});

test('no preset leaves the prompt as it is, an unknown one is not swallowed', () => {
	expect(styledPrompt('A teapot.', 'none')).toBe('A teapot.');
	expect(styledPrompt('A teapot.', 'baroque')).toBeUndefined();
});

test('there are eight presets', () => {
	expect(stylePresets).toHaveLength(8);
});

import { styledPrompt, stylePresets } from '../../../nodes/core/parameters/stylePresets';
import { optionFields } from '../../../nodes/host/panel/optionFields';

test('the preset stands behind the prompt, without a double stop', () => {
	expect(styledPrompt('A teapot.', 'productHeroShot')).toMatch(/^A teapot, as a product hero shot: /);
});

test('no preset leaves the prompt as it is, an unknown one is not swallowed', () => {
	expect(styledPrompt('A teapot.', 'none')).toBe('A teapot.');
	expect(styledPrompt('A teapot.', 'baroque')).toBeUndefined();
});

test('the panel offers exactly these presets', () => {
	const option = optionFields.find(({ name }) => name === 'stylePreset');
	const offered = (option && 'options' in option ? option.options : []).map(({ value }) => value);
	expect(offered.filter((value) => value !== 'none')).toEqual(stylePresets.map(({ value }) => value));
	expect(stylePresets).toHaveLength(8);
});

/** Whether a value holds lists and objects in each other beyond so many levels: more than that overflows what walks through it. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
	let layer: unknown[] = [value];
	for (let level = 0; level <= levels; level++) {
		layer = layer.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
		if (layer.length === 0) return false;
	}
	return true;
}

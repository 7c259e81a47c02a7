/** Whether a value is nested deeper than so many levels: deeper values overflow the code that walks them. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
	let layer: unknown[] = [value];
	for (let level = 0; level <= levels; level++) {
		layer = layer.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
		if (layer.length === 0) return false;
	}
	return true;
}

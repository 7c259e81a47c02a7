/** Whether a value is nested deeper than this many levels: code that walks a very deep value overflows the stack. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
	let layer: unknown[] = [value];
	for (let level = 0; level <= levels; level++) {
		layer = layer.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
		if (layer.length === 0) return false;
	}
	return true;
}

import { z } from 'zod';

test('this project runs on zod 4', () => {
	// Zod 3 has no such function.
	expect(z).toHaveProperty('treeifyError');
});

/** Stands for a package that takes long to load and that unit tests never use. The test that does use it fails. */
const unused = (name) => {
	throw new Error(`${name} is not loaded in unit tests: see moduleNameMapper in jest.config.js`);
};

module.exports = new Proxy({}, { get: (_, name) => (name === '__esModule' ? false : () => unused(String(name))) });

/**
 * What the unit tests load as n8n-workflow: the same classes and functions from its own files, each when it is first used.
 * Its index takes most of a second in each test file. A name that is missing here fails the test that uses it.
 */
const load = (file) => require(`n8n-workflow/dist/cjs/${file}`);

module.exports = {
	get ExpressionError() {
		return load('errors/expression.error').ExpressionError;
	},
	get NodeApiError() {
		return load('errors/node-api.error').NodeApiError;
	},
	get NodeConnectionTypes() {
		return load('interfaces').NodeConnectionTypes;
	},
	get NodeHelpers() {
		return load('node-helpers');
	},
	get NodeOperationError() {
		return load('errors/node-operation.error').NodeOperationError;
	},
	get ObservableObject() {
		return load('observable-object');
	},
	get Workflow() {
		return load('workflow').Workflow;
	},
	get sleep() {
		return load('utils').sleep;
	},
};

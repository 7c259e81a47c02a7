import pLimit from 'p-limit';

/**
 * n8n runs webhook() for every call at once, and providers may announce hundreds of tasks within a second. This bounds how
 * many of these calls fetch and store images at the same time in this process; it holds no facts, only who is at work.
 */
export const deliveryTurn: <Result>(deliver: () => Promise<Result>) => Promise<Result> = pLimit(10);

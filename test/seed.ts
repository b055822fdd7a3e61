/**
 * What all randomness of the tests comes from: the same for everybody, unless TEST_SEED says otherwise, so that a
 * failure can be had again.
 */
export const seed = Number(process.env.TEST_SEED || 20_261_125);
if (!Number.isInteger(seed)) throw new Error(`TEST_SEED must be a whole number; it is ${process.env.TEST_SEED}.`);

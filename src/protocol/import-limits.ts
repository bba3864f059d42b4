/** Rows of one import; a larger fleet comes in several, and repeating one is harmless. */
export const MAX_IMPORT_ROWS = 10_000;

export const MAX_IMPORT_BYTES = 8 * 1024 * 1024;

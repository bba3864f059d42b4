/** Every table, by name. Each area of the service keeps its tables' types beside its statements and joins them here. */
// biome-ignore lint/suspicious/noEmptyInterface: tables join as the migrations that make them are written
export interface Schema {}

/** Ids grow with time, and are decimal numbers. */
export const isNewer = (id: string, than: string): boolean => id.length > than.length || (id.length === than.length && id > than);

export function notices(): string;
export function libraries(): { name: string; version: string; license: string }[];

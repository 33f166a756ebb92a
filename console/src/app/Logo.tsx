/** The same as public/icon.svg and in index.html: drawn without another request. */
export function Logo({ size, label }: { size: number; label?: string }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} role={label ? "img" : undefined} aria-label={label} aria-hidden={!label}>
      <rect width="32" height="32" rx="8" fill="#0f766e" />
      <path
        d="M9 22V10h7a4.5 4.5 0 0 1 0 9h-3"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="23" cy="22" r="2" fill="#5eead4" />
    </svg>
  );
}

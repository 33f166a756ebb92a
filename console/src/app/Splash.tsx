/** What is seen before one knows who is there: the same as in index.html, so that nothing jumps. */
export function Splash() {
  return (
    <div className="splash">
      <img src="/console/icon.svg" width="44" height="44" alt="Pawl" />
    </div>
  );
}

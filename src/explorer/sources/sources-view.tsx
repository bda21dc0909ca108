/** How the sources are, for whoever wonders why something is old. */
export function SourcesView() {
  return (
    <main>
      <h1>Sources</h1>
    </main>
  );
}

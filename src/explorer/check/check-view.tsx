/** Somebody's registration, checked step by step. */
export function CheckView() {
  return (
    <main>
      <h1>Check a registration</h1>
    </main>
  );
}

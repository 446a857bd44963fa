/** One icon of icons.py, for parts that are drawn in the browser. */
export function Glyph({ paths }) {
  if (!paths) return null;
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="icon">
      {paths.map((path) => <path key={path} d={path} />)}
    </svg>
  );
}

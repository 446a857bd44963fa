/** The first error of a failed step, above the lines: what, why, and what to do next. */
export function LogError({ fold, why, title, failure, next, onShow }) {
  const told = fold.failure;
  const action = told.data?.next_action || next;
  return (
    <div className="log-error">
      <p><strong>{title} failed.</strong> {told.text || failure}</p>
      {why && (
        <p>
          <button type="button" className="log-tool" onClick={() => onShow(why.seq)}>Line {why.seq.toLocaleString("en")}</button>
          <code>{why.text.replace(/\u001b\[[0-9;:]*m/g, "").split("\r").at(-1)}</code>
        </p>
      )}
      {action && <p>{action}</p>}
    </div>
  );
}

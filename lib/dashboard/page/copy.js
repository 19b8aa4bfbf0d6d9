const SAID_MS = 2_000;

/** Has a button copy what an element says. Browsers let pages copy over HTTPS and on localhost alone; elsewhere there is no button. */
export function copyOnClick(button, source) {
  const { textContent: name } = button;
  button.hidden = navigator.clipboard === undefined;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = name), SAID_MS);
  });
}

// Before the first paint, so that no other theme flashes by. The page shows one of two themes (data-theme); what
// was chosen (data-theme-choice) may also be "system". src/app/theme-switch.tsx changes the choice.
{
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = root.dataset.themeChoice;
    root.dataset.theme = choice === "light" || choice === "dark" ? choice : system.matches ? "dark" : "light";
    window.dispatchEvent(new Event("holdfast:theme")); // the seat map is painted, not styled: it is told
  };
  try {
    root.dataset.themeChoice = localStorage.getItem("holdfast.theme") ?? "system";
  } catch {
    root.dataset.themeChoice = "system"; // no storage in this browser
  }
  apply();
  system.addEventListener("change", apply);
  window.addEventListener("holdfast:theme-choice", apply);
}

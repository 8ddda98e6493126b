import { Moon, Sun, Contrast } from "lucide-react";
import { useState } from "react";

const key = "holdfast.theme"; // public/theme.js reads it before the first paint, and applies the choice
const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];

const icons = { system: Contrast, light: Sun, dark: Moon };

function chosen(): Theme {
  const choice = document.documentElement.dataset.themeChoice;
  return choice === "light" || choice === "dark" ? choice : "system";
}

function choose(theme: Theme) {
  document.documentElement.dataset.themeChoice = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // no storage: it holds until the page is left
  }
  window.dispatchEvent(new Event("holdfast:theme-choice"));
}

/** Goes round: as the system says, light, dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosen);
  const Icon = icons[theme];
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  return (
    <button
      type="button"
      aria-label={`Theme: ${theme}. Change to ${next}`}
      title={`Theme: ${theme}`}
      className="hover:bg-raised flex size-11 items-center justify-center rounded-lg"
      onClick={() => {
        choose(next);
        setTheme(next);
      }}
    >
      <Icon aria-hidden className="size-5" />
    </button>
  );
}

import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/** Imports flow one way: lib <- components <- features <- app. A feature does not know another. */
const features = ["showings", "seat-map", "checkout", "bookings"];
const deny = (places, message) => ({
  // By either way: the alias, or up and over.
  "no-restricted-imports": [
    "error",
    { patterns: [{ group: places.flatMap((p) => [`@/${p}`, `@/${p}/**`, `**/../${p}`, `**/../${p}/**`]), message }] },
  ],
});

export default tseslint.config(
  { ignores: ["dist", "public", "src/lib/api/schema.gen.ts", "playwright-report", "test-results"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  reactHooks.configs.flat.recommended,
  jsxA11y.flatConfigs.strict,
  {
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, varsIgnorePattern: "^_$" }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["eslint.config.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["src/lib/**"],
    rules: deny(["components", "features", "app"], "lib is what everything else stands on"),
  },
  {
    files: ["src/components/**"],
    rules: deny(["features", "app"], "components know no feature"),
  },
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: deny(
      ["app", ...features.filter((f) => f !== feature).flatMap((f) => [f, `features/${f}`])],
      "features do not know each other; app puts them together",
    ),
  })),
);

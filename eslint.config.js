import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'data/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Of two equal keys the second wins silently; for TypeScript the compiler says so.
      'no-dupe-keys': 'error',
    },
  },
  {
    // What is loaded by `node -r` before a host.
    files: ['test/package/tracers/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['lib/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // What drivers and `Array.isArray()` give is `any`; it is checked where it comes in.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // Callbacks are taken out of objects that never use `this`: `resolve`, `reject`, `describe`, `it`.
      '@typescript-eslint/unbound-method': 'off',
      // `async` makes a rejection of what a method throws, which is what a contract of promises asks for.
      '@typescript-eslint/require-await': 'off',
      // A driver rejects with what it likes, and that is handed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // Codes of errors and values of pragmas are `unknown` to the compiler, and texts or numbers.
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
);

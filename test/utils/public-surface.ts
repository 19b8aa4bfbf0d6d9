import { resolve } from 'node:path';
import ts from 'typescript';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  experimentalDecorators: true,
  declaration: true,
  emitDeclarationOnly: true,
};

/** A folder of this package that exists only in memory: packages are found from it, and our files are told apart by it. */
const EMITTED = resolve('dist/in-memory');

/**
 * The types that these entry files export declarations about, and that no entry exports, as `declaration → type`, by what
 * the compiler writes into the `.d.ts` files. What comes from a dependency is exported there.
 */
export function unexportedTypes(root: string, entries: readonly string[]): string[] {
  const program = emitted(root, entries);
  const checker = program.getTypeChecker();
  const original = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  const modules = program.getRootFileNames().map((name) => checker.getSymbolAtLocation(program.getSourceFile(name)!)!);
  const exported = new Set(modules.flatMap((module) => checker.getExportsOfModule(module).map(original)));
  const faults = new Set<string>();

  function visit(owner: ts.Symbol, node: ts.Node): void {
    const name = nameIn(node);
    const symbol = name && checker.getSymbolAtLocation(name);
    if (symbol) see(owner, original(symbol));
    ts.forEachChild(node, (child) => visit(owner, child));
  }

  function see(owner: ts.Symbol, symbol: ts.Symbol): void {
    const ours = (symbol.declarations ?? []).filter((node) => isNamed(node) && isOurs(node));
    if (ours.length === 0 || exported.has(symbol)) return;
    // A constant has no type to name: what counts is the one that it is declared with.
    if (ours.every(ts.isVariableDeclaration)) for (const node of ours) visit(owner, node);
    else faults.add(`${owner.name} → ${symbol.name}`);
  }

  for (const symbol of exported) for (const node of symbol.declarations ?? []) if (isOurs(node)) visit(symbol, node);
  return [...faults].sort();
}

/** The name that stands for a declaration elsewhere, where `node` is the mention of one. */
function nameIn(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  if (ts.isTypeQueryNode(node)) return node.exprName;
  if (ts.isExpressionWithTypeArguments(node)) return node.expression;
  return ts.isImportTypeNode(node) ? node.qualifier : undefined;
}

const isNamed = (node: ts.Node) => !ts.isTypeParameterDeclaration(node) && !ts.isSourceFile(node);
const isOurs = (node: ts.Node) => node.getSourceFile().fileName.startsWith(EMITTED);

/** The program of the `.d.ts` files of what the entries import. */
function emitted(root: string, entries: readonly string[]): ts.Program {
  const options = { ...OPTIONS, rootDir: resolve(root), outDir: EMITTED };
  const files = new Map<string, string>();
  const sources = ts.createProgram(
    entries.map((entry) => resolve(root, entry)),
    options,
  );
  sources.emit(undefined, (name, text) => files.set(name, text));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.directoryExists = undefined;
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...others) =>
    files.has(name) ? ts.createSourceFile(name, files.get(name)!, language, true) : getSourceFile(name, language, ...others);
  const rootNames = entries.map((entry) => resolve(EMITTED, entry.replace(/\.ts$/, '.d.ts')));
  return ts.createProgram({ rootNames, options: { ...options, noEmit: true }, host });
}

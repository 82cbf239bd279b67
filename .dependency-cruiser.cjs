/** One rule per sentence of ARCHITECTURE.md § Who may import whom. */
const definitions = '^main/(formats|dissectors)/';
const test = '\\.(test|story)\\.tsx?$';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: `(${test}|\\.d\\.m?ts$|/vitest\\.|\\.config\\.ts$|^main/dev/|^main/bench/|^renderer/gallery/|/preload\\.ts$)` },
      to: {},
    },
    { name: 'shared-is-a-leaf', severity: 'error', from: { path: '^shared/' }, to: { path: '^(main|renderer)/' } },
    { name: 'shared-has-no-platform', severity: 'error', from: { path: '^shared/', pathNot: test }, to: { dependencyTypes: ['core', 'npm', 'npm-dev'], pathNot: 'node_modules/(zod|ipaddr\\.js)/' } },
    { name: 'renderer-not-main', severity: 'error', from: { path: '^renderer/' }, to: { path: '^main/' } },
    { name: 'main-not-renderer', severity: 'error', from: { path: '^main/' }, to: { path: '^renderer/' } },
    { name: 'renderer-has-no-node', severity: 'error', from: { path: '^renderer/', pathNot: `(${test}|^renderer/gallery/)` }, to: { dependencyTypes: ['core'] } },
    { name: 'electron-only-in-app', severity: 'error', from: { path: '^(main|renderer|shared)/', pathNot: '^main/app/' }, to: { path: '(^|/)electron($|/)' } },
    {
      name: 'hosts-do-not-link-the-engine',
      comment: 'A host starts the engine as a process and talks to it through main/process.',
      severity: 'error',
      from: { path: '^main/(app|host|cli)/', pathNot: test },
      to: { path: '^main/(?!(app|host|cli|process)/)' },
    },
    { name: 'duckdb-only-in-store-and-query', severity: 'error', from: { path: '^(main|renderer|shared)/', pathNot: `(^main/(store|query|bench)/|${test})` }, to: { path: '@duckdb/' } },
    {
      name: 'definitions-are-pure',
      comment: 'A format or dissector knows bytes and fields, not files, stores or handlers.',
      severity: 'error',
      from: { path: definitions, pathNot: test },
      to: { path: '^main/(app|cli|engine|evidence|host|store|query|case|process|importer|sandbox)/' },
    },
    { name: 'definitions-use-no-node', severity: 'error', from: { path: definitions, pathNot: test }, to: { dependencyTypes: ['core'] } },
    {
      name: 'one-dissector-not-another',
      severity: 'error',
      from: { path: '^main/dissectors/protocols/([^/]+)\\.ts$', pathNot: test },
      to: { path: '^main/dissectors/protocols/', pathNot: '^main/dissectors/protocols/$1\\.ts$' },
    },
    { name: 'store-is-below-everything', severity: 'error', from: { path: '^main/store/', pathNot: test }, to: { path: '^main/(app|cli|engine|evidence|query|case|host|process|importer|sandbox|formats|dissectors)/' } },
    { name: 'query-only-reads', severity: 'error', from: { path: '^main/query/', pathNot: test }, to: { path: '^main/(app|cli|engine|evidence|case|host|process|importer|sandbox|formats|dissectors)/' } },
    { name: 'handlers-are-the-only-door', severity: 'error', from: { path: '^main/(?!engine/)', pathNot: test }, to: { path: '^main/engine/' } },
    { name: 'panels-do-not-know-each-other', severity: 'error', from: { path: '^renderer/panels/([^/]+)/' }, to: { path: '^renderer/panels/[^/]+/', pathNot: '^renderer/panels/$1/' } },
    { name: 'panels-do-not-call-the-engine', comment: 'A panel reaches data and actions through renderer/state.', severity: 'error', from: { path: '^renderer/panels/', pathNot: test }, to: { path: '^renderer/(app|engine)/' } },
    { name: 'ui-is-a-leaf', severity: 'error', from: { path: '^renderer/ui/' }, to: { path: '^renderer/(app|engine|state|panels)/' } },
    { name: 'grid-is-below-the-panels', severity: 'error', from: { path: '^renderer/grid/' }, to: { path: '^renderer/(app|engine|panels)/' } },
    { name: 'product-not-dev', severity: 'error', from: { path: '^main/(?!(dev|bench|e2e)/)', pathNot: test }, to: { path: '^main/(dev|bench|e2e)/' } },
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' } },
};

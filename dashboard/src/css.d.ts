// SPDX-License-Identifier: PostgreSQL
// esbuild bundles the style sheets that components import; there is nothing in them for TypeScript.
declare module '*.css';

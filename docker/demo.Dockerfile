# The source of compose.yaml: puts the catalogs and messages of the demo's syncs into /dest and ends.
FROM node:24-bookworm-slim
RUN mkdir /dest && chown 1000:1000 /dest
WORKDIR /landfall
COPY package.json package-lock.json /locked/
COPY docker/*.ts docker/
RUN node docker/manifest.ts /locked . packages vega-datasets \
 && npm install --ignore-scripts --no-audit --no-fund
COPY demo demo
USER 1000:1000
ENTRYPOINT ["node", "demo/write-messages.ts", "/dest"]

FROM node:24-alpine AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-alpine
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
RUN install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 4000
# busybox's wget, as curl is not in the image; 503 while it drains is not ill.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD wget -q -O /dev/null "http://127.0.0.1:$PORT$BASE_PATH/health/live"
# Process 1 itself, so that SIGTERM reaches it.
CMD ["node", "--max-semi-space-size=16", "src/main.js"]

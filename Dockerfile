# One image for every process of Holdfast; the command says which (api, worker, relay, project, migrate, ...).

FROM node:22-bookworm-slim AS page
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=page /src/web/dist ./web/dist
RUN CGO_ENABLED=0 go build -trimpath -o /out/holdfast ./cmd/holdfast

# Root certificates, time zones and a user that is not root; no shell.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/holdfast /usr/local/bin/holdfast
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/holdfast"]
CMD ["all"]

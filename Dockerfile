# One image for every process of Holdfast; the command says which (api, worker, relay, project, migrate, ...).

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /out/holdfast ./cmd/holdfast

# Root certificates, time zones and a user that is not root; no shell.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/holdfast /usr/local/bin/holdfast
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/holdfast"]
CMD ["all"]

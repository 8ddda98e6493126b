package api

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
	"sigs.k8s.io/yaml"
)

//go:embed openapi.yaml
var document []byte

// registerDocs serves the document, the reference page and the metrics.
func (s *Server) registerDocs(r *gin.Engine) {
	asJSON, err := yaml.YAMLToJSON(document)
	if err != nil { // the document is part of the program
		panic("openapi.yaml: " + err.Error())
	}
	r.GET("/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/json; charset=utf-8", asJSON) })
	page := v5emb.NewHandlerWithConfig(swgui.Config{
		Title: "Holdfast", SwaggerJSON: "/openapi.json", BasePath: "/docs",
		SettingsUI: map[string]string{"persistAuthorization": "true", "tryItOutEnabled": "true"},
	})
	r.GET("/docs", gin.WrapH(page))
	r.GET("/docs/*any", gin.WrapH(page))
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{})))
}

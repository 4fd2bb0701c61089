package transport

import (
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/grpc"
	_ "google.golang.org/grpc/health" // client-side health checks, asked for in the service config
)

// The JSON form of a gRPC service config, as far as it is used here:
// https://github.com/grpc/grpc/blob/master/doc/service_config.md
type serviceConfig struct {
	LoadBalancing []map[string]struct{} `json:"loadBalancingConfig"`
	HealthCheck   *healthCheck          `json:"healthCheckConfig,omitempty"`
	Methods       []methodConfig        `json:"methodConfig"`
	Throttling    throttling            `json:"retryThrottling"`
}

type healthCheck struct {
	ServiceName string `json:"serviceName"`
}

type methodConfig struct {
	Names        []methodName `json:"name"`
	WaitForReady bool         `json:"waitForReady"`
	Retry        *retryPolicy `json:"retryPolicy,omitempty"`
}

type methodName struct {
	Service string `json:"service,omitempty"`
	Method  string `json:"method,omitempty"`
}

type retryPolicy struct {
	MaxAttempts       int      `json:"maxAttempts"`
	InitialBackoff    string   `json:"initialBackoff"`
	MaxBackoff        string   `json:"maxBackoff"`
	BackoffMultiplier float64  `json:"backoffMultiplier"`
	Codes             []string `json:"retryableStatusCodes"`
}

// throttling stops retries while more than about one call in ten fails, so that they never add to an outage.
type throttling struct {
	MaxTokens  int     `json:"maxTokens"`
	TokenRatio float64 `json:"tokenRatio"`
}

// readPrefixes are how the names of methods that change nothing begin (AIP-131, AIP-132, AIP-231, AIP-136).
var readPrefixes = []string{"Get", "List", "BatchGet", "Find"}

func (c Config) serviceConfig() (string, error) {
	config := serviceConfig{
		LoadBalancing: []map[string]struct{}{{"round_robin": {}}},
		Methods:       []methodConfig{{Names: []methodName{{}}}},
		Throttling:    throttling{MaxTokens: 10, TokenRatio: 0.1},
	}
	if c.HealthService != "" {
		config.HealthCheck = &healthCheck{ServiceName: c.HealthService}
	}
	if reads := readMethods(c.Services); len(reads) > 0 {
		config.Methods = append(config.Methods, methodConfig{
			Names: reads,
			Retry: &retryPolicy{
				MaxAttempts: 3, InitialBackoff: "0.05s", MaxBackoff: "0.5s",
				BackoffMultiplier: 2, Codes: []string{"UNAVAILABLE"},
			},
		})
	}
	encoded, err := json.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("encode gRPC service config: %w", err)
	}
	return string(encoded), nil
}

// readMethods names the unary methods of the services that change nothing.
func readMethods(services []grpc.ServiceDesc) []methodName {
	var reads []methodName
	for _, service := range services {
		for _, method := range service.Methods {
			if isRead(method.MethodName) {
				reads = append(reads, methodName{Service: service.ServiceName, Method: method.MethodName})
			}
		}
	}
	return reads
}

func isRead(method string) bool {
	for _, prefix := range readPrefixes {
		if strings.HasPrefix(method, prefix) {
			return true
		}
	}
	return false
}

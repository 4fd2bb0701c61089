package telemetry

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
)

// Config says what a process calls itself and where its telemetry goes.
type Config struct {
	// ServiceName and Version name the process in every trace and metric. The name is required.
	ServiceName, Version string
	// OTLPEndpoint is the URL of a collector that speaks OTLP over gRPC, "http://host:4317", or https for
	// TLS. Empty: nothing is exported; /metrics and the log remain.
	OTLPEndpoint string
	// SampleRatio, from 0 to 1, is the share of the traces begun here that is exported. A trace begun
	// elsewhere follows its beginner's decision.
	SampleRatio float64
	// LogLevel is debug, info, warn or error. Default: info.
	LogLevel string
	// LogFormat is json or text. Default: json.
	LogFormat string
	// LogWriter is where the log goes. Default: standard error.
	LogWriter io.Writer
}

// Log formats.
const (
	FormatJSON = "json"
	FormatText = "text"
)

// Check returns every fault of c, as Setup would.
func (c Config) Check() error {
	var faults []error
	if c.ServiceName == "" {
		faults = append(faults, errors.New("service name is empty"))
	}
	if c.SampleRatio < 0 || c.SampleRatio > 1 || c.SampleRatio != c.SampleRatio {
		faults = append(faults, fmt.Errorf("sample ratio %v is not between 0 and 1", c.SampleRatio))
	}
	if _, err := c.level(); err != nil {
		faults = append(faults, err)
	}
	if c.LogFormat != "" && c.LogFormat != FormatJSON && c.LogFormat != FormatText {
		faults = append(faults, fmt.Errorf("log format %q is not %s or %s", c.LogFormat, FormatJSON, FormatText))
	}
	return errors.Join(append(faults, c.checkEndpoint())...)
}

func (c Config) checkEndpoint() error {
	if c.OTLPEndpoint == "" {
		return nil
	}
	endpoint, err := url.Parse(c.OTLPEndpoint)
	if err != nil || endpoint.Host == "" || (endpoint.Scheme != "http" && endpoint.Scheme != "https") {
		return fmt.Errorf("OTLP endpoint %q is not a URL such as http://host:4317", c.OTLPEndpoint)
	}
	return nil
}

func (c Config) level() (slog.Level, error) {
	var level slog.Level
	if c.LogLevel == "" {
		return slog.LevelInfo, nil
	}
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return level, fmt.Errorf("log level %q is not debug, info, warn or error", c.LogLevel)
	}
	return level, nil
}

// handler builds the log's handler from settings that check found sound.
func (c Config) handler() slog.Handler {
	level, _ := c.level()
	writer := c.LogWriter
	if writer == nil {
		writer = os.Stderr
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == FormatText {
		return newTraceHandler(slog.NewTextHandler(writer, options))
	}
	return newTraceHandler(slog.NewJSONHandler(writer, options))
}

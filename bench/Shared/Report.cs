using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Bench;

/// <summary>One JSON line for a run, and what it took of the processor.</summary>
public static class Report
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static double CpuSeconds
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.TotalProcessorTime.TotalSeconds;
        }
    }

    public static void Print<T>(T line) => Console.Out.WriteLine(JsonSerializer.Serialize(line, Format));
}

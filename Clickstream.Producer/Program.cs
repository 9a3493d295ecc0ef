using Clickstream.Producer;
using Clickstream.ServiceDefaults;

return await ServiceProgram.RunAsync(args, "clickstream-producer", static builder => builder.AddReplay());
